/**
 * What the desktop app asks of Electron that versions before the one it is made for lack, down to 22. Nothing else in this
 * folder knows of versions.
 */
import { protocol, type Event, type WebContents } from 'electron';

export interface SchemeAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Answers every request of `scheme`. Before 25 there is no protocol.handle, and its predecessor takes whole buffers. */
export function answerScheme(scheme: string, answer: (url: string) => Promise<SchemeAnswer>): void {
  if (typeof protocol.handle === 'function') {
    protocol.handle(scheme, async ({ url }) => {
      const { status, headers, body } = await answer(url);
      return new Response(body, { status, headers });
    });
  } else {
    protocol.registerBufferProtocol(scheme, ({ url }, respond) => {
      void answer(url).then(({ status, headers, body }) => {
        const mimeType = headers['Content-Type']?.replace(/;.*/, '') ?? 'text/plain';
        respond({ statusCode: status, headers, mimeType, charset: 'utf-8', data: Buffer.from(body) });
      });
    });
  }
}

/** Refuses whatever leads `page` or a frame of it to an address that is not `allowed`. Before 25 the event has no `url`. */
export function limitNavigation(page: WebContents, allowed: (url: string) => boolean): void {
  const refuse = (event: Event<{ url?: string }>, url?: string): void => {
    if (!allowed(event.url ?? url ?? '')) event.preventDefault();
  };
  page.on('will-navigate', refuse);
  page.on('will-redirect', refuse);
  // Frames tell of themselves since 25; the page has none, and its policy lets none in.
  page.on('will-frame-navigate', (event) => refuse(event));
}
