/** JSON.parse keeps the last of two equal keys and says nothing; where a file could lie that way, this finds the first. */

/** The first key that some object of `json`, which must be valid JSON, has twice; null if there is none. */
export function findRepeatedKey(json: string): string | null {
  /** Keys seen in each open object; null for an open list. */
  const open: (Set<string> | null)[] = [];
  let text: string | null = null;
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === '{') open.push(new Set());
    else if (character === '[') open.push(null);
    else if (character === '}' || character === ']') open.pop();
    else if (character === '"') {
      const start = at++;
      while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
      text = json.slice(start, at + 1);
    } else if (character === ':') {
      // In JSON a colon outside a text follows a key, and that is the text read last.
      const key = JSON.parse(text!) as string;
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return null;
}
