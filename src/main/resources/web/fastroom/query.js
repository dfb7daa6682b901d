// @ts-check

/**
 * The query string of those values that are set, with its `?`; empty when none is.
 * @param {Record<string, string | number | boolean | null | undefined>} values
 */
export function query(values) {
  const set = Object.entries(values).flatMap(([name, value]) => (value == null ? [] : [[name, String(value)]]));
  const text = new URLSearchParams(set).toString();
  return text && `?${text}`;
}

/**
 * All entries of a list, page by page as they are asked for: `for await (const room of paginate((cursor) =>
 * client.listRooms({ cursor })))`.
 * @template T
 * @param {(cursor: string | undefined) => Promise<{ items: T[], next_cursor: string | null }>} read
 * @returns {AsyncGenerator<T, void, void>}
 */
export async function* paginate(read) {
  /** @type {string | undefined} */
  let cursor;
  do {
    const page = await read(cursor);
    yield* page.items;
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
}
