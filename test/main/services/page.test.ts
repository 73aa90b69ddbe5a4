import { describe, expect, it } from 'vitest';
import { contentType, pageHeaders, resolvePage } from '../../../main/services/page';

describe('a path of the page', () => {
  it('means a file below the root, and / the index', () => {
    expect(resolvePage('/srv/page', '/')).toBe('/srv/page/index.html');
    expect(resolvePage('/srv/page', '/assets/a%20b.js')).toBe('/srv/page/assets/a b.js');
  });

  it('never means a file outside of it', () => {
    const paths = [
      '/../secret',
      '/a/../../secret',
      '/%2e%2e/secret',
      '/..%2fsecret',
      '/%2e%2e%2f%2e%2e%2fetc/passwd',
      '/..\\secret',
      '/%5c..%5csecret',
      '/a%00.js',
      '/%',
      'assets/a.js',
      ''
    ];
    for (const path of paths) expect(resolvePage('/srv/page', path), path).toBeNull();
    expect(resolvePage('/srv/page', '/../page-of-another/x')).toBeNull();
  });
});

describe('headers of the page', () => {
  it('isolate it and let it run its own scripts alone', () => {
    const headers = pageHeaders('ws://127.0.0.1:1');
    expect(headers['Cross-Origin-Opener-Policy']).toBe('same-origin');
    expect(headers['Cross-Origin-Embedder-Policy']).toBe('require-corp');
    expect(headers['Content-Security-Policy']).toMatch(/script-src 'self';/);
    expect(headers['Content-Security-Policy']).not.toMatch(/script-src[^;]*unsafe/);
    expect(headers['Content-Security-Policy']).toContain("connect-src 'self' ws://127.0.0.1:1;");
  });

  it('name types by extension, and nothing executable for unknown ones', () => {
    expect(contentType('a.JS')).toMatch('text/javascript');
    expect(contentType('a.wiregrad')).toBe('application/octet-stream');
  });
});
