import type { Named, Node } from './name-schemas.ts';

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: Node }>>;
}
interface Operation extends Node {
  readonly operationId: string;
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}

/** What only one operation takes or answers is named after it: AnalyzeBody, ListPeersAnswer. */
export function nameBodies({ paths, schemas }: Named): Named {
  const own: Record<string, Node> = {};
  const named = <C extends Content>(told: C, name: string): C => {
    const { content } = told;
    if (content === undefined) return told;
    const entries = Object.entries(content).map(([type, media]) => {
      if (Object.keys(media.schema.properties ?? {}).length === 0) return [type, media];
      if (name in schemas) throw new Error(`two schemas of the document are called ${name}`);
      // A form and JSON have the same fields.
      own[name] = media.schema;
      return [type, { ...media, schema: { $ref: `#/components/schemas/${name}` } }];
    });
    return { ...told, content: Object.fromEntries(entries) };
  };
  const ofOperation = (operation: Operation): Operation => {
    const { operationId, requestBody, responses } = operation;
    const id = operationId.slice(0, 1).toUpperCase() + operationId.slice(1);
    const answers = Object.entries(responses).map(([status, response]) => [
      status,
      status.startsWith('2') ? named(response, `${id}Answer`) : response,
    ]);
    return {
      ...operation,
      ...(requestBody && { requestBody: named(requestBody, `${id}Body`) }),
      responses: Object.fromEntries(answers),
    };
  };
  const items = Object.entries(paths).map(([path, item]) => [
    path,
    Object.fromEntries(Object.entries(item as Node).map(([method, one]) => [method, ofOperation(one as Operation)])),
  ]);
  return { paths: Object.fromEntries(items), schemas: { ...schemas, ...own } };
}
