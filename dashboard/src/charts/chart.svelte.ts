// uPlot in Svelte: the only user of the library.
import { untrack } from 'svelte';
import type { Attachment } from 'svelte/attachments';
import type { AlignedData, Options } from 'uplot';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export interface ChartParts {
  /** Read once, when the chart is built, with the element whose colours it takes. */
  options: (el: HTMLElement) => Omit<Options, 'width' | 'height'>;
  data: () => AlignedData;
}

/**
 * A chart that fills its element and follows its size. It is built once; only its data change after that, since whatever an
 * attachment reads outside the nested effect would build it anew.
 */
export function chart({ options, data }: ChartParts): Attachment<HTMLElement> {
  return (el) => {
    const size = () => ({ width: el.clientWidth, height: el.clientHeight });
    const plot = untrack(() => new uPlot({ ...options(el), ...size() }, data(), el));
    const observer = new ResizeObserver(() => plot.setSize(size()));
    observer.observe(el);
    $effect(() => plot.setData(data()));
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  };
}
