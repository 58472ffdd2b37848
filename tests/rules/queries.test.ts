// SQL and InfluxQL are put together by one tag and one quoting function each.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { selectColumns, selectPoints } from '../../server/history/influx-ql.ts';
import { sql, sqlName } from '../../server/sql.ts';
import { openSqlite } from '../../server/sqlite.ts';
import { tempFolder } from '../support/cleanup.ts';
import { handmadeQueries } from '../support/queries.ts';
import { sourceFiles } from '../support/source-files.ts';

describe('queries', () => {
  it('are built by sql`` and influxQl`` alone', () => {
    const files = sourceFiles('server').filter((file) => file.endsWith('.ts'));
    const found = files.flatMap((file) => handmadeQueries(file, readFileSync(file, 'utf8')));
    expect(found, 'take sql`…` of server/sql.ts, or put it into history/influx-ql.ts').toEqual([]);
  });

  it.each([
    `database.prepare(\`SELECT at FROM \${table} WHERE hall = ?\`);`,
    `database.exec('DELETE FROM points WHERE hall = ' + hall);`,
    `const text = ['SELECT', fields, 'FROM', table].join(' ');`,
    `let where = 'WHERE a = 1'; where += \` LIMIT \${limit}\`;`,
    `const text = 'SELECT % FROM points'.replace('%', field);`,
    `database.prepare(textOf(table));`,
    `const name = \`"\${hall}"\` as Sql;`,
    `queries.query(\`SHOW SERIES ON \${database}\`);`,
  ])('built otherwise are found: %s', (code) => {
    expect(handmadeQueries('server/planted.ts', code)).not.toEqual([]);
  });

  it('hold a hostile name as a name, and a hostile value as a value', async () => {
    const database = openSqlite(`${await tempFolder()}/names.sqlite`, { migrations: [], synchronous: 'NORMAL' });
    const name = 'a"; DROP TABLE b; --';
    database.exec(sql`CREATE TABLE ${sqlName(name)} (${[sqlName('x"y'), sqlName('z')]})`);
    expect(database.prepare('SELECT name FROM sqlite_schema').all()).toEqual([{ name }]);
    database.close();
    expect(() => sql`LIMIT ${Number.NaN}`).toThrow(RangeError);

    const range = { database: 'h"w', start: 1, end: 2, limit: 3 };
    const tags = { hall: `x' OR '1'='1\\`, 'd"e': [] };
    expect(selectPoints({ measurement: 'hall_slot', from: 0, to: 1, tags }, range)).toBe(
      `SELECT * FROM "h\\"w"."slot"."hall_slot" WHERE time >= 1u AND time < 2u AND ("hall" = 'x\\' OR \\'1\\'=\\'1\\\\') AND "d\\"e" = '' ORDER BY time LIMIT 3`,
    );
    expect(selectColumns({ measurement: 'hall_slot', from: 0, to: 1, fields: ['a"b', 'c'] }, 'd')).toContain(
      'SELECT "a\\"b", "c" FROM',
    );
  });
});
