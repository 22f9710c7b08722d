/**
 * The assignment of rows to columns with the largest sum, each row and each column at most once: for each row its column, or -1.
 * Hungarian method with potentials (Kuhn 1955; Jonker and Volgenant 1987), rows² · columns steps, where the rows are the shorter side.
 */
export function bestAssignment(values: readonly (readonly number[])[]): number[] {
  const rows = values.length;
  const columns = values[0]?.length ?? 0;
  if (rows === 0 || columns === 0) return values.map(() => -1);
  if (rows > columns) {
    const chosen = bestAssignment(
      Array.from({ length: columns }, (_, column) => values.map((row) => row[column] ?? 0)),
    );
    return values.map((_, row) => chosen.indexOf(row));
  }
  // Row and column 0 are the start of each search; a matched column holds its row.
  const rowPotential = new Float64Array(rows + 1);
  const columnPotential = new Float64Array(columns + 1);
  const rowOf = new Int32Array(columns + 1);
  for (let row = 1; row <= rows; row += 1) {
    rowOf[0] = row;
    const least = new Float64Array(columns + 1).fill(Infinity);
    const before = new Int32Array(columns + 1);
    const done = new Uint8Array(columns + 1);
    let column = 0;
    while (rowOf[column] !== 0) {
      done[column] = 1;
      const current = rowOf[column] ?? 0;
      let delta = Infinity;
      let next = 0;
      for (let each = 1; each <= columns; each += 1) {
        if (done[each]) continue;
        const cost =
          -(values[current - 1]?.[each - 1] ?? 0) - (rowPotential[current] ?? 0) - (columnPotential[each] ?? 0);
        if (cost < (least[each] ?? 0)) {
          least[each] = cost;
          before[each] = column;
        }
        if ((least[each] ?? 0) < delta) {
          delta = least[each] ?? 0;
          next = each;
        }
      }
      for (let each = 0; each <= columns; each += 1) {
        if (done[each]) {
          const matched = rowOf[each] ?? 0;
          rowPotential[matched] = (rowPotential[matched] ?? 0) + delta;
          columnPotential[each] = (columnPotential[each] ?? 0) - delta;
        } else least[each] = (least[each] ?? 0) - delta;
      }
      column = next;
    }
    while (column !== 0) {
      const previous = before[column] ?? 0;
      rowOf[column] = rowOf[previous] ?? 0;
      column = previous;
    }
  }
  const chosen = new Array<number>(rows).fill(-1);
  for (let column = 1; column <= columns; column += 1) {
    const row = rowOf[column] ?? 0;
    if (row > 0) chosen[row - 1] = column - 1;
  }
  return chosen;
}
