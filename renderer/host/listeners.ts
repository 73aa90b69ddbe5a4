/** A list of callbacks: what every `on…` of a host is made of. */
export interface Listeners<T> {
  /** Adds a listener; the result removes it. */
  on(listener: (event: T) => void): () => void;
  emit(event: T): void;
}

export function listeners<T>(): Listeners<T> {
  const all = new Set<(event: T) => void>();
  return {
    on(listener) {
      all.add(listener);
      return () => void all.delete(listener);
    },
    emit(event) {
      for (const listener of [...all]) listener(event);
    }
  };
}
