/** Puts numbers in place of symbols in a formula. Knows LaTeX only as far as where a symbol begins and ends. */

const TOKEN = /\\(?:text|mathrm|operatorname|mathit)\{[^}]*\}|\\[A-Za-z]+|\\.|[A-Za-z]+|\u2212|[^]/g;

/** `\text{input}` and `input` are both the symbol input; commands and everything else stay as they are. */
function symbolOf(token: string): string | null {
  const wrapped = /^\\(?:text|mathrm|mathit)\{([^}]*)\}$/.exec(token);
  if (wrapped) return wrapped[1]!;
  return /^[A-Za-z]+$/.test(token) ? token : null;
}

/** Negative numbers come in parentheses: a · (−2.00). */
export function substitute(latex: string, numbers: ReadonlyMap<string, string>): string {
  return latex.replace(TOKEN, (token) => {
    const symbol = symbolOf(token);
    const number = symbol === null ? undefined : numbers.get(symbol);
    if (number === undefined) return token;
    const safe = texNumber(number);
    return safe.startsWith('{-') ? `(${safe})` : safe;
  });
}

/** A formatted number as LaTeX reads it; a group of its own, so that its minus is a sign and no operation. */
export function texNumber(text: string): string {
  return `{${bare(text)}}`;
}

function bare(text: string): string {
  return text
    .replaceAll('\u2212', '-')
    .replace('∞', '\\infty')
    .replace('NaN', '\\text{NaN}')
    .replace(/e\+?(-?\d+)/, ' \\cdot 10^{$1}');
}

/** An id as a symbol: one letter as it is, longer ones upright, digits at the end as an index. */
export function texSymbol(id: string): string {
  const [, head = '', index = ''] = /^(.*?)(\d*)$/.exec(id) ?? [];
  const escaped = head.replaceAll('_', '\\_');
  const name = head.length === 1 ? escaped : `\\text{${escaped}}`;
  return index && head && !head.endsWith('_') ? `${name}_{${index}}` : `${name}${index}`;
}
