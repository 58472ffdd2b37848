/**
 * The list with one more, at its end unless `at` says otherwise. V8 keeps room for 16 more behind a list that grew by
 * `push` or spreading, which for thousands of lists of one is most of what they weigh; these fit.
 */
export function withOne<T>(list: readonly T[], one: T, at = list.length): readonly T[] {
  return list.length === 0 ? [one] : list.toSpliced(at, 0, one);
}
