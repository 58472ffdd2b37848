/** People counted in and out on one local day. */
export interface DoorTruth {
  entered: number;
  left: number;
}

/**
 * Sums the door's record by local date, straight from its columns: a half hour's counts belong to the day of its
 * `local_time` + 29:59, which is when they are published (SEMANTICS T5).
 */
export function doorTruth(csv: string): Map<string, DoorTruth> {
  const days = new Map<string, DoorTruth>();
  for (const line of csv.trim().split('\n').slice(1)) {
    const [localTime = '', entered = '', left = ''] = line.trim().split(',');
    // Local times are read as if they were UTC: only the date after 29:59 more is wanted, not the instant.
    const published = new Date(Date.parse(`${localTime}:00Z`) + (29 * 60 + 59) * 1000);
    const date = published.toISOString().slice(0, 10);
    const day = days.get(date) ?? { entered: 0, left: 0 };
    day.entered += Number(entered);
    day.left += Number(left);
    days.set(date, day);
  }
  return days;
}
