import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { writeOpener } from '../../../main/services/openBrowser';

describe('the file that leads a browser to the app', () => {
  it('can be read by the user alone, and goes when it was used', () => {
    const parent = mkdtempSync(join(tmpdir(), 'wiregrad-opener-'));
    const { url, remove } = writeOpener('http://127.0.0.1:1/?ticket=a&b="c"', parent);
    const path = fileURLToPath(url);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    expect(url).not.toContain('ticket');
    expect(readFileSync(path, 'utf8')).toContain('content="0; url=http://127.0.0.1:1/?ticket=a&amp;b=&quot;c&quot;"');
    remove();
    expect(existsSync(dirname(path))).toBe(false);
    remove();
    rmSync(parent, { recursive: true });
  });

  it('throws where it cannot be written, so that the address is shown instead', () => {
    expect(() => writeOpener('http://127.0.0.1:1/', join(tmpdir(), 'no', 'such', 'folder'))).toThrow('ENOENT');
  });
});
