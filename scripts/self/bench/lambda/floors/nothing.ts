/** A handler that does nothing, for what a process and the measuring take. */
export const handler = async () => ({ statusCode: 200, body: "" });
