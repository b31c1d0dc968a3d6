import { Pool } from 'undici';

/** A data source of @apollo/gateway that does no more than send and parse. */
export class UndiciDataSource {
  #pool;
  #path;

  constructor({ url }) {
    const { origin, pathname } = new URL(url);
    this.#pool = new Pool(origin, { connections: 128 });
    this.#path = pathname;
  }

  async process({ request, context }) {
    const { query, variables, operationName } = request;
    const { body } = await this.#pool.request({
      method: 'POST',
      path: this.#path,
      headers: { 'content-type': 'application/json', authorization: context?.authorization },
      body: JSON.stringify({ query, variables, operationName }),
    });
    return await body.json();
  }
}
