const LARGEST = 2 ** 31 - 1;

/** Whether a number can be one of a version or a position at all: the database refuses to compare with anything larger. */
export const isVersionNumber = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= LARGEST;
