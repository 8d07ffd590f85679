/** GitHub's refusals, as its REST API words them. A route throws one; the router turns it into the answer. */

export interface FieldError {
  readonly resource: string;
  readonly field: string;
  readonly code: string;
  readonly message?: string;
}

/** A refusal that the caller sees: status, message, `errors` of the body and extra headers. */
export class ApiError extends Error {
  readonly status: number;
  readonly errors: readonly (FieldError | string)[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    more: { errors?: readonly (FieldError | string)[]; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.errors = more.errors;
    this.headers = more.headers ?? {};
  }
}

export function notFound(): ApiError {
  return new ApiError(404, "Not Found");
}

export function badCredentials(message = "Bad credentials"): ApiError {
  return new ApiError(401, message);
}

export function validationFailed(errors: readonly (FieldError | string)[]): ApiError {
  return new ApiError(422, "Validation Failed", { errors });
}

export function unprocessable(message: string, errors?: readonly (FieldError | string)[]): ApiError {
  return new ApiError(422, message, errors === undefined ? {} : { errors });
}
