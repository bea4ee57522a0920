/** A handler that does nothing, to measure the time of the process and of the measurement itself. */
export const handler = async () => ({ statusCode: 200, body: "" });
