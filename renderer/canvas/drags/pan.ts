import type { Drag, Hands } from './drag';

/** Moves what is seen; a press that does not move is a `click`. */
export function pan({ view }: Hands, start: PointerEvent, click?: (event: PointerEvent) => void): Drag {
  const { x, y } = view.transform;
  return {
    move: (event) => void view.pan(x + event.clientX - start.clientX, y + event.clientY - start.clientY),
    end: (event, moved) => {
      if (!moved) click?.(event);
    },
    cancel: () => void view.pan(x, y)
  };
}
