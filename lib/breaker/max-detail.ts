/** How many characters of a detail a snapshot keeps: it is small, and a longer text in one is not one of ours. */
export const MAX_DETAIL = 10_000;
