import type { Refusal } from "../refusal";

/*
 * The refusals of a request that has passed every gate.
 */

/** 502: the function threw, was killed or returned something that is not a proxy result. */
export function functionFailure(reason: string): Refusal {
  return { ...INTERNAL_SERVER_ERROR, response: "INTEGRATION_FAILURE", status: 502, reason };
}

/**
 * 413: the event is larger than Lambda takes.
 * Source: https://github.com/koki-develop/lgtm-generator/issues/10 (shows the whole answer)
 */
export function requestTooLong(reason: string): Refusal {
  return {
    gate: "integration",
    response: "REQUEST_TOO_LARGE",
    errorType: "BadRequestException",
    message: "Request Too Long",
    reason,
  };
}

/** 500: API Gateway does not have permission to invoke the function. */
export function permissionFailure(reason: string): Refusal {
  return { ...INTERNAL_SERVER_ERROR, response: "INTEGRATION_FAILURE", status: 500, reason };
}

/** 500: the integration is configured in a way that gives no answer. */
export function configurationFailure(reason: string): Refusal {
  return { ...INTERNAL_SERVER_ERROR, response: "API_CONFIGURATION_ERROR", reason };
}

/** 504: the integration took longer than its timeout. */
export function timeoutFailure(reason: string): Refusal {
  return {
    ...INTERNAL_SERVER_ERROR,
    response: "INTEGRATION_TIMEOUT",
    message: "Endpoint request timed out",
    reason,
  };
}

/**
 * 504: the endpoint does not answer, or not in HTTP.
 * Source: https://github.com/RhinoSecurityLabs/IPRotate_Burp_Extension/issues/17, where the whole answer is
 */
export function networkFailure(reason: string): Refusal {
  return {
    ...INTERNAL_SERVER_ERROR,
    response: "INTEGRATION_FAILURE",
    message: "Network error communicating with endpoint",
    reason,
  };
}

// ---------------------------------------------------------------------------------------------------- internal

const INTERNAL_SERVER_ERROR = {
  gate: "integration",
  errorType: "InternalServerErrorException",
  message: "Internal server error",
} as const;
