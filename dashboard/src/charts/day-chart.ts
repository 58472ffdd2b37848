// How the day's curve is drawn: the band of the usual, over it today's line with a dot where it ends, and the capacity dashed.
import type { Options } from 'uplot';

export interface DayScales {
  from: number;
  to: number;
  top: number;
}

/** Indexes of the columns: times, low, high, capacity, people. */
const [low, high, capacity, people] = [1, 2, 3, 4];

/** `scales` is asked at each drawing. Colours and widths are those of the element's styles then: a screen that is old loses its light. */
export function dayChart(el: HTMLElement, scales: () => DayScales): Omit<Options, 'width' | 'height'> {
  const colour = (role: string) => () => getComputedStyle(el).getPropertyValue(role);
  const rem = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const hidden = { show: false };
  const noPoints = { points: hidden };
  return {
    padding: [0, 0, 0, 0],
    cursor: hidden,
    legend: hidden,
    axes: [hidden, hidden],
    scales: {
      x: { time: false, range: () => [scales().from, scales().to] },
      y: { range: () => [0, scales().top] },
    },
    series: [
      {},
      { width: 0, ...noPoints },
      { width: 0, ...noPoints },
      { stroke: colour('--late'), ...noPoints },
      { stroke: colour('--accent'), ...noPoints },
    ],
    bands: [{ series: [high, low], fill: colour('--band') }],
    hooks: {
      drawClear: [
        (plot) => {
          const [limit, line] = [plot.series[capacity], plot.series[people]];
          if (!limit || !line) return;
          limit.width = rem() * 0.125;
          limit.dash = [rem() * 0.625, rem() * 0.5];
          line.width = rem() * 0.3125;
        },
      ],
      draw: [
        (plot) => {
          const values = plot.data[people] ?? [];
          const last = values.findLastIndex((value) => value !== null && value !== undefined);
          const [at, value] = [plot.data[0][last], values[last]];
          if (at === undefined || value === undefined || value === null) return;
          const { ctx, bbox } = plot;
          const radius = rem() * 0.5 * devicePixelRatio;
          ctx.fillStyle = colour('--accent')();
          ctx.beginPath();
          // An empty hall's dot stands on the ground, whole.
          const y = Math.min(plot.valToPos(value, 'y', true), bbox.top + bbox.height - radius);
          ctx.arc(plot.valToPos(at, 'x', true), y, radius, 0, 7);
          ctx.fill();
        },
      ],
    },
  };
}
