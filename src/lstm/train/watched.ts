/** No schedule watches anything. */
export function checkWatched(): void {}
