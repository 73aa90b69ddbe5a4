/** The theme's colours, for what is painted and not styled. */
import { FAMILIES, type Family } from '@wiregrad/engine';

export interface Colors {
  readonly bg: string;
  readonly text: string;
  readonly muted: string;
  readonly wire: string;
  readonly accent: string;
  readonly value: string;
  readonly gradient: string;
  readonly mono: string;
  readonly families: Readonly<Record<Family | 'unknown', string>>;
}

export function readColors(element: Element): Colors {
  const style = getComputedStyle(element);
  const read = (name: string) => style.getPropertyValue(name).trim();
  const families = Object.fromEntries(FAMILIES.map((family) => [family, read(`--family-${family}`)])) as Record<Family, string>;
  return {
    bg: read('--bg'),
    text: read('--text'),
    muted: read('--muted'),
    wire: read('--control') || read('--muted'),
    accent: read('--accent'),
    value: read('--value'),
    gradient: read('--gradient'),
    mono: read('--mono') || 'monospace',
    families: { ...families, unknown: read('--warn') }
  };
}

/** Calls back when the theme changes, the system's included; the result stops it. */
export function onThemeChange(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['class', 'style', 'data-theme'] });
  const media = matchMedia('(prefers-color-scheme: dark)');
  media.addEventListener('change', changed);
  return () => {
    observer.disconnect();
    media.removeEventListener('change', changed);
  };
}
