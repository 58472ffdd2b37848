const stepPercent = 10;

/** A progress line: rewritten on a terminal, elsewhere one line every 10 %. Numbers are messages acknowledged. */
export function progress(total: number, out: NodeJS.WriteStream): (done: number) => void {
  let shown = 0;
  return (done) => {
    const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
    const step = out.isTTY ? percent : percent - (percent % stepPercent);
    if (step <= shown) return;
    shown = step;
    const text = `${step} %  ${done} of ${total} messages`;
    out.write(out.isTTY ? `\r${text}${done === total ? '\n' : ''}` : `${text}\n`);
  };
}
