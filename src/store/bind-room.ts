import pg, { type Connection, type PoolClient, type QueryResult, type QueryResultRow } from 'pg';

const FIRST_BYTES = 1_024;
/** The most that is kept for the next message. */
const KEPT_BYTES_MAX = 16 * 2 ** 20;
const BIND = 'B'.charCodeAt(0);
const BINARY = 1;
/** Code, length, the parameters' format and how many there are, the answer's format. */
const FIXED_BYTES = 1 + 4 + 2 + 2 + 2 + 2;

/** A statement that the connection prepares when it first meets its name. */
export interface PreparedStatement {
  readonly name: string;
  readonly text: string;
  /** After so long the answer is given up. */
  readonly timeoutMs: number;
}

/**
 * Room in which the parameters of one call after another are written, straight to the bytes that travel: node-postgres would copy them
 * into memory that is new each time, which for a batch of plans takes longer than all that is written there.
 *
 * For one call at a time: its bytes are written anew once it was answered, or its connection is cut.
 */
export class BindRoom {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);

  /** Calls the statement with parameters in PostgreSQL's binary form. Errors: what the database or the connection says. */
  call<Row extends QueryResultRow>(
    client: PoolClient,
    { name, text, timeoutMs }: PreparedStatement,
    parameters: readonly Buffer[],
  ): Promise<QueryResult<Row>> {
    const message = this.#write(name, parameters);
    return new Promise((resolve, reject) => {
      const query = new pg.Query<Row>({ name, text });
      const { submit } = query;
      const answered = (error: Error | undefined, result: QueryResult<Row>) =>
        error ? reject(error) : resolve(result);
      client.query(
        Object.assign(query, {
          callback: answered,
          query_timeout: timeoutMs,
          submit: (connection: Connection) => submit.call(query, bindingWith(message, connection)),
        }),
      );
    });
  }

  /** A Bind message to the unnamed portal, the answer as text. Source: PostgreSQL, "Message Formats". */
  #write(statement: string, parameters: readonly Buffer[]): Buffer {
    const head = Buffer.from(`\0${statement}\0`);
    const size = FIXED_BYTES + head.length + parameters.reduce((sum, parameter) => sum + 4 + parameter.length, 0);
    if (this.#bytes.length < size || this.#bytes.length > KEPT_BYTES_MAX)
      this.#bytes = Buffer.allocUnsafe(Math.max(size, Math.min(2 * size, KEPT_BYTES_MAX)));
    const bytes = this.#bytes;
    let end = bytes.writeUInt8(BIND, 0);
    // The length counts itself, not the code before it.
    end = bytes.writeInt32BE(size - 1, end);
    end += head.copy(bytes, end);
    // One format for all parameters.
    end = bytes.writeInt16BE(1, end);
    end = bytes.writeInt16BE(BINARY, end);
    end = bytes.writeInt16BE(parameters.length, end);
    for (const parameter of parameters) {
      end = bytes.writeInt32BE(parameter.length, end);
      end += parameter.copy(bytes, end);
    }
    // No format for the answer: text.
    end = bytes.writeInt16BE(0, end);
    return bytes.subarray(0, end);
  }
}

/** The connection, but that binding sends what was written. */
function bindingWith(message: Buffer, connection: Connection): Connection {
  return Object.create(connection, {
    bind: {
      value: () => {
        if (connection.stream.writable) connection.stream.write(message);
      },
    },
  });
}

/** A UUID in PostgreSQL's binary form. */
export function uuidBytes(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

/** A value as jsonb in its binary form: the version of the form, then the text. */
export function jsonbBytes(value: unknown): Buffer {
  return Buffer.from(`\u0001${JSON.stringify(value)}`);
}
