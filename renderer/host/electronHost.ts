/** The host inside Electron: files and menu over the preload's bridge, the engine over a message port that the main process sends. */
import type { PortLike } from '../../main/contract/channel';
import { portChannel } from '../../main/contract/channel';
import { ENGINE_PORT_MESSAGE, type ElectronBridge } from '../../main/contract/electronBridge';
import type { Host, OpenedFile } from '../../main/contract/host';
import { pickFiles } from './chooseFiles';
import { engineLink } from './engineLink';
import { listeners } from './listeners';

export function electronHost(bridge: ElectronBridge, target: Window = window): Host {
  const link = engineLink();
  const commands = listeners<string>();
  const opened = listeners<OpenedFile>();
  bridge.onEngineState((state) => {
    if (state === 'lost') link.detach();
  });
  bridge.onCommand(commands.emit);
  bridge.onOpenFile(opened.emit);
  target.addEventListener('message', ({ data, ports, source }) => {
    if (source === target && data === ENGINE_PORT_MESSAGE && ports[0]) link.attach(portChannel(ports[0] as PortLike));
  });
  bridge.connectEngine();

  return {
    kind: 'electron',
    platform: bridge.platform,
    engine: link.calls,
    files: bridge.files,
    keeping: bridge.keeping,
    pickFiles,
    onTrainProgress: link.progress.on,
    onEngineState: link.states.on,
    onFailure: link.failures.on,
    onCommand: commands.on,
    onOpenFile: opened.on,
    setUnsaved: (unsaved) => bridge.setUnsaved(unsaved),
    setRebound: (commands) => bridge.setRebound(commands)
  };
}
