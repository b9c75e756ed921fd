// What a load adds up to so far, in this order in the path. `LEAN`: net with what is priced apart.
export const NET = 0;
export const LEAN = 1;
export const LOAD_UNITS = 2;
export const LOAD_GRAMS = 3;
export const LOAD_VOLUME = 4;
export const LOAD_GOODS = 5;
export const LOAD_VALUE = 6;
export const LOAD_DUTY = 7;
export const LATE = 8;
export const PATH = 9;
