// Which halls and regions there were when a config was last taken over: what a screen watches may be gone with the next one.

interface Places {
  /** Regions by hall. */
  halls: ReadonlyMap<string, string>;
  regions: ReadonlySet<string>;
}

/** A hall without a place is gone altogether; one that moved is gone from `region` alone. */
interface GoneHall {
  hall: string;
  region: string;
  isMoved: boolean;
}

export class WatchedPlaces {
  readonly #read: () => Places;
  #known: Places = { halls: new Map(), regions: new Set() };

  constructor(read: () => Places) {
    this.#read = read;
  }

  /** What is gone since the last time. */
  review(): { halls: GoneHall[]; regions: string[] } {
    const before = this.#known;
    const now = this.#read();
    this.#known = now;
    return {
      halls: [...before.halls].flatMap(([hall, region]) => {
        const current = now.halls.get(hall);
        return current === region ? [] : [{ hall, region, isMoved: current !== undefined }];
      }),
      regions: [...before.regions].filter((region) => !now.regions.has(region)),
    };
  }
}
