/** JSON.parse keeps the last of two equal keys and says nothing; where a file could lie or lose that way, this finds the first. */

export interface RepeatedKey {
  readonly key: string;
  /** Where it stands the second time. */
  readonly at: number;
}

/** The first key that some object of `json`, which must be valid JSON, has twice; null if there is none. */
export function findRepeatedKey(json: string): RepeatedKey | null {
  /** Keys seen in each open object; null for an open list. */
  const open: (Set<string> | null)[] = [];
  let start = 0;
  let end = 0;
  for (let at = 0; at < json.length; at++) {
    switch (json.charCodeAt(at)) {
      case 0x7b: // {
        open.push(new Set());
        break;
      case 0x5b: // [
        open.push(null);
        break;
      case 0x7d: // }
      case 0x5d: // ]
        open.pop();
        break;
      case 0x22: // "
        start = at++;
        while (json.charCodeAt(at) !== 0x22) at += json.charCodeAt(at) === 0x5c ? 2 : 1;
        end = at + 1;
        break;
      case 0x3a: {
        // In JSON a colon outside a text follows a key, and that is the text read last.
        const written = json.slice(start, end);
        const key = written.includes('\\') ? (JSON.parse(written) as string) : written.slice(1, -1);
        const keys = open.at(-1);
        if (keys?.has(key)) return { key, at: start };
        keys?.add(key);
      }
    }
  }
  return null;
}
