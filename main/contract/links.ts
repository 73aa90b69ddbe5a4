/** The addresses outside of the app that it links to. The desktop app hands these to the user's browser, and no others. */
export const LECTURE = 'https://web.eecs.umich.edu/~justincj/teaching/eecs498/';
