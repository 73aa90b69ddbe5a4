/**
 * Rete as the view of a scene: one Rete node a box, moved and mounted as the scene says. Rete decides nothing: its own
 * dragging is off, wires are painted beside it, and only nodes near the viewport are mounted, since each is a Vue app.
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
const MARGIN = 0.25;
const BUDGET_MS = 8;

export class ReteView {
  private readonly editor = new NodeEditor<Schemes>();
  private readonly area: AreaPlugin<Schemes>;
  private readonly nodes = new Map<string, BoxNode>();
  private readonly mounted = new Set<string>();
  private frame = 0;
  private syncing: Promise<void> | null = null;
  private outdated = false;
  private destroyed = false;

  /** `changed` is called whenever what is seen has moved. */
  constructor(
    private readonly container: HTMLElement,
    private readonly scene: Scene,
    pinia: Pinia,
    changed: () => void
  ) {
    this.area = new AreaPlugin<Schemes>(container);
    this.area.area.setDragHandler(null);
    // Before the renderer is attached: what this pipe swallows is never mounted.
    this.area.addPipe((signal) => {
      switch (signal.type) {
        case 'render':
          return signal.data.type !== 'node' || this.mounted.has(signal.data.payload.id) ? signal : undefined;
        case 'zoom':
          // At a limit the point under the pointer would drift: no step beyond it at all.
          return signal.data.source === 'dblclick' || clampZoom(signal.data.zoom) !== signal.data.zoom ? undefined : signal;
        case 'translated':
        case 'zoomed':
          changed();
          this.cullSoon();
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

  get transform(): Transform {
    return this.area.area.transform;
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

  /** Takes the scene over. Rete works asynchronously: calls while it does are served together afterwards. */
  sync(): Promise<void> {
    this.outdated = true;
    this.syncing ??= this.follow().finally(() => (this.syncing = null));
    return this.syncing;
  }

  private async follow(): Promise<void> {
    while (this.outdated && !this.destroyed) {
      this.outdated = false;
      for (const id of [...this.nodes.keys()]) {
        if (this.scene.boxes.has(id)) continue;
        this.unmount(id);
        this.nodes.delete(id);
        await this.editor.removeNode(id);
      }
      for (const box of this.scene.boxes.values()) {
        const node = this.nodes.get(box.id);
        if (!node) await this.add(box);
        else if (node.box !== box) {
          node.box = box;
          this.size(box);
          await this.area.update('node', box.id);
        }
        await this.move(box);
      }
    }
    this.cull();
  }

  private async add(box: Box): Promise<void> {
    const node: BoxNode = { id: box.id, box };
    this.nodes.set(box.id, node);
    await this.editor.addNode(node);
    this.area.nodeViews.get(box.id)?.dragHandler.destroy();
    this.size(box);
  }

  private size({ id, width, height }: Box): void {
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
      this.cull();
    });
  }

  /** Mounts what is near the viewport and unmounts what is not, as far as a frame's time allows. */
  private cull(): void {
    if (this.destroyed) return;
    const near = this.viewport(MARGIN);
    const outlines = isOutlined(this.transform.k, this.scene.boxes.size);
    const deadline = performance.now() + BUDGET_MS;
    for (const box of this.scene.boxes.values()) {
      const wanted = !outlines && overlaps(box, near);
      if (wanted === this.mounted.has(box.id) || !this.nodes.has(box.id)) continue;
      if (performance.now() > deadline) {
        this.cullSoon();
        return;
      }
      if (wanted) this.mount(box.id);
      // What is typed there and not yet entered would be lost.
      else if (!this.area.nodeViews.get(box.id)?.element.contains(document.activeElement)) this.unmount(box.id);
    }
  }

  private mount(id: string): void {
    const element = this.area.nodeViews.get(id)?.element;
    if (!element) return;
    this.mounted.add(id);
    void this.area.emit({ type: 'render', data: { type: 'node', element, payload: this.nodes.get(id)! } });
  }

  private unmount(id: string): void {
    const element = this.area.nodeViews.get(id)?.element;
    if (this.mounted.delete(id) && element) void this.area.emit({ type: 'unmount', data: { element } });
  }

  /** What is seen, in the graph's coordinates, widened on each side by a part of its size. */
  viewport(margin = 0): Rectangle {
    const { x, y, k } = this.transform;
    const { clientWidth: width, clientHeight: height } = this.container;
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
    for (const id of [...this.mounted]) this.unmount(id);
    this.area.destroy();
  }
}

const cards = {
  render: ({ data }: Render) => (data.type === 'node' ? { component: GateCard, props: { box: data.payload.box } } : null),
  update: ({ data }: Render) => (data.type === 'node' ? { box: data.payload.box } : {})
};
