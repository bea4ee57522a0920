/** The attributes of an item, as they go over the wire. */
type Attributes = Readonly<Record<string, object>>;

/** The parts of dynalite's modules that handle a conditional write. */
interface Database {
  checkConditional(write: Write, item: Attributes | undefined): ConditionError | null | undefined;
}

interface Write {
  readonly ReturnValuesOnConditionCheckFailure?: string;
}

interface ConditionError {
  readonly body: { __type: string; Item?: Attributes };
}

interface Validation {
  readonly types: Record<string, { readonly type: string; readonly enum: readonly string[] }>;
}

/**
 * Adds `ReturnValuesOnConditionCheckFailure` to dynalite, which silently ignores it: with `ALL_OLD`, the error of a
 * write whose condition fails contains the item at that time, if there is one. Dynalite checks the condition while it
 * holds the item's lock, so that no other write can come in between.
 *
 * AWS documents no permission for it other than that of the write, and it consumes no read capacity.
 *
 * @param load - requires a module as dynalite's own would
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 */
export function returnItemsOnFailure(load: NodeJS.Require): void {
  for (const operation of ["putItem", "updateItem", "deleteItem"]) {
    const { types }: Validation = load(`./validations/${operation}`);
    types.ReturnValuesOnConditionCheckFailure = { type: "String", enum: ["ALL_OLD", "NONE"] };
  }
  const database: Database = load("./db");
  const { checkConditional } = database;
  database.checkConditional = (write, item) => {
    const failure = checkConditional(write, item);
    const isAsked = write.ReturnValuesOnConditionCheckFailure === "ALL_OLD";
    if (isAsked && item && failure?.body.__type.endsWith("#ConditionalCheckFailedException")) {
      failure.body.Item = item;
    }
    return failure;
  };
}
