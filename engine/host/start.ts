/** The entry of the engine process: what an older Node lacks is put in place before anything that may use it is loaded. */
import './olderNode';

void import('./process');
