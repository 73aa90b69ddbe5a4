/**
 * Rete as the view of a scene. Its editor holds the nodes near the viewport and no others, since each is a Vue app; what
 * is farther away is painted at most. Rete decides nothing: its own dragging is off, and wires are painted beside it.
 */
import type { Pinia } from 'pinia';
import { NodeEditor, type BaseSchemes } from 'rete';
import { AreaPlugin, type Area2D } from 'rete-area-plugin';
import { VuePlugin } from 'rete-vue-plugin';
import { createApp } from 'vue';
import type { Box } from './boxes';
import GateCard from './GateCard.vue';
import { overlaps, type Rectangle, type Scene } from './scene';
import { clampZoom, isOutlined, type Transform } from './zoom';

interface BoxNode {
  readonly id: string;
  box: Box;
}
interface Schemes extends BaseSchemes {
  Node: BoxNode;
}
type Signals = Area2D<Schemes>;
type Render = Extract<Signals, { type: 'render' }>;

/** Part of the viewport beyond its edges where nodes are mounted too, and time a frame may spend on mounting. */
const MARGIN = 0.2;
const BUDGET_MS = 5;
/** After the last movement: zooming in and out again shall not mount what it passes. */
const REST_MS = 90;

export class ReteView {
  private readonly editor = new NodeEditor<Schemes>();
  private readonly area: AreaPlugin<Schemes>;
  private readonly nodes = new Map<string, BoxNode>();
  private frame = 0;
  private resting: ReturnType<typeof setTimeout> | undefined;
  private zoomedAt = -Infinity;
  /** Rete works asynchronously: what follows the scene does so in turn. */
  private work: Promise<void> = Promise.resolve();
  private destroyed = false;

  /** `changed` is called whenever what is seen has moved or another node is mounted. */
  constructor(
    private readonly container: HTMLElement,
    private readonly scene: Scene,
    pinia: Pinia,
    private readonly changed: () => void
  ) {
    this.area = new AreaPlugin<Schemes>(container);
    this.area.area.setDragHandler(null);
    this.area.addPipe((signal) => {
      switch (signal.type) {
        case 'zoom':
          // At a limit the point under the pointer would drift: no step beyond it at all.
          return signal.data.source === 'dblclick' || clampZoom(signal.data.zoom) !== signal.data.zoom ? undefined : signal;
        case 'zoomed':
          this.zoomedAt = performance.now();
          this.moved();
          return signal;
        case 'translated':
          this.moved();
          return signal;
        default:
          return signal;
      }
    });
    const renderer = new VuePlugin<Schemes, Signals>({
      setup: (context) => {
        const app = createApp(context);
        app.use(pinia);
        return app;
      }
    });
    renderer.addPreset<Signals>(cards);
    this.editor.use(this.area);
    this.area.use(renderer as never);
  }

  /** While it moves the content is a layer of its own: moving a layer paints nothing. */
  private moved(): void {
    const { style } = this.area.area.content.holder;
    if (this.resting === undefined) style.willChange = 'transform';
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      this.resting = undefined;
      style.willChange = '';
      this.cullSoon();
    }, REST_MS);
    this.changed();
    this.cullSoon();
  }

  get transform(): Transform {
    return this.area.area.transform;
  }

  /** Of what is seen, in pixels of the screen. */
  get size(): { readonly width: number; readonly height: number } {
    return { width: this.container.clientWidth, height: this.container.clientHeight };
  }

  isMounted(id: string): boolean {
    return this.nodes.has(id);
  }

  /** Pans to x, y at zoom k, in pixels of the screen. */
  async look({ x, y, k }: Transform): Promise<void> {
    await this.area.area.zoom(k);
    await this.area.area.translate(x, y);
  }

  async pan(x: number, y: number): Promise<void> {
    await this.area.area.translate(x, y);
  }

  /** Zooms by `factor` and keeps what is at x, y, in pixels from the corner, where it is. */
  async zoomBy(factor: number, x: number, y: number): Promise<void> {
    const before = this.transform;
    const k = clampZoom(before.k * factor);
    const ratio = k / before.k - 1;
    await this.area.area.zoom(k, (before.x - x) * ratio, (before.y - y) * ratio);
  }

  /** Takes the scene over: what is mounted becomes as it says, and what belongs into sight is mounted. */
  sync(): Promise<void> {
    return this.enqueue(async () => {
      for (const node of [...this.nodes.values()]) {
        const box = this.scene.boxes.get(node.id);
        if (!box) await this.unmount(node.id);
        else {
          if (node.box !== box) {
            node.box = box;
            this.shape(box);
            await this.area.update('node', box.id);
          }
          await this.move(box);
        }
      }
      await this.cull();
    });
  }

  private enqueue(task: () => Promise<void>): Promise<void> {
    // One that fails must not keep all that follows from being done.
    return (this.work = this.work.then(() => (this.destroyed ? undefined : task())).catch(reportError));
  }

  private shape({ id, width, height }: Box): void {
    const style = this.area.nodeViews.get(id)?.element.style;
    if (style) Object.assign(style, { width: `${width}px`, height: `${height}px` });
  }

  /** Puts a node where its box is. */
  async move({ id, x, y }: Box): Promise<void> {
    const view = this.area.nodeViews.get(id);
    if (view && (view.position.x !== x || view.position.y !== y || view.element.style.transform === '')) await view.translate(x, y);
  }

  cullSoon(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      void this.enqueue(() => this.cull());
    });
  }

  /** Mounts what is near the viewport and unmounts what is not, as far as a frame's time allows. */
  private async cull(): Promise<void> {
    const outlines = isOutlined(this.transform.k, this.scene.boxes.size);
    const deadline = performance.now() + BUDGET_MS;
    const zooming = performance.now() - this.zoomedAt < REST_MS;
    const near = this.viewport(MARGIN);
    for (const { id, box } of [...this.nodes.values()]) {
      if (!outlines && overlaps(box, near)) continue;
      // What is typed there and not yet entered would be lost.
      if (this.area.nodeViews.get(id)?.element.contains(document.activeElement)) continue;
      if (zooming || performance.now() > deadline) return this.cullSoon();
      await this.unmount(id);
    }
    if (outlines) return;
    for (const box of this.scene.boxes.values()) {
      if (this.nodes.has(box.id) || !overlaps(box, near)) continue;
      if (zooming || performance.now() > deadline) return this.cullSoon();
      await this.mount(box);
    }
  }

  private async mount(box: Box): Promise<void> {
    const node: BoxNode = { id: box.id, box };
    this.nodes.set(box.id, node);
    await this.editor.addNode(node);
    this.area.nodeViews.get(box.id)?.dragHandler.destroy();
    this.shape(box);
    await this.move(box);
    this.changed();
  }

  private async unmount(id: string): Promise<void> {
    this.nodes.delete(id);
    await this.editor.removeNode(id);
    this.changed();
  }

  /** What is seen, in the graph's coordinates, widened on each side by a part of its size. */
  viewport(margin = 0): Rectangle {
    const { x, y, k } = this.transform;
    const { width, height } = this.size;
    return {
      left: (-x - width * margin) / k,
      top: (-y - height * margin) / k,
      right: (width * (1 + margin) - x) / k,
      bottom: (height * (1 + margin) - y) / k
    };
  }

  destroy(): void {
    this.destroyed = true;
    cancelAnimationFrame(this.frame);
    clearTimeout(this.resting);
    this.area.destroy();
  }
}

const cards = {
  render: ({ data }: Render) => (data.type === 'node' ? { component: GateCard, props: { box: data.payload.box } } : null),
  update: ({ data }: Render) => (data.type === 'node' ? { box: data.payload.box } : {})
};
