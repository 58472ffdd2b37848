/** What a queue machine knows at the moment a customer joins. */
export interface Situation {
  /** Customers who will be called before, by what is known of the classes' head starts; and all who wait. */
  ahead: number;
  waiting: number;
  /** Of them, those of the same class, and of classes with a longer head start. */
  same: number;
  favoured: number;
  /** Desks busy that serve this, of them for over 2 min; and desks free since at most 10 s, 1 min, 5 min. */
  busy: number;
  longBusy: number;
  free10: number;
  free60: number;
  free300: number;
  /** Desks free, however long. */
  free: number;
  /** Seconds: mean of the last waits of the class and of all, the last wait of the class and of all, the longest that goes on. */
  classWaitS: number;
  hallWaitS: number;
  lastWaitS: number;
  lastToEnterS: number;
  headOfLineS: number;
  /** Of the service: those ahead of the customer by the rate at which it was called of late, s. */
  byCallsS: number;
  /** Seconds: mean service of this kind, and of all. */
  serviceS: number;
  hallServiceS: number;
  /** Arrivals a second of classes with a longer head start. */
  favouredPerS: number;
  /** Share of those waiting who gave up, of late. */
  givingUp: number;
}
