import { withCopiedRoutes } from "#self/bench/many-routes";

const terraform = {
  terraform: {},
  resource: {
    aws_api_gateway_resource: { api_a_resource_1: { path_part: "a", parent_id: "root" }, other: {} },
    aws_api_gateway_method: {
      api_a_GET_2: { resource_id: "${aws_api_gateway_resource.api_a_resource_1.id}" },
    },
  },
};

test("each copy of a route has a path of its own, and refers to itself", () => {
  expect(withCopiedRoutes(terraform, "api_a_", 1)).toEqual({
    terraform: {},
    resource: {
      aws_api_gateway_resource: {
        ...terraform.resource.aws_api_gateway_resource,
        "api_a_copy-0_resource_1": { path_part: "copy-0", parent_id: "root" },
      },
      aws_api_gateway_method: {
        ...terraform.resource.aws_api_gateway_method,
        "api_a_copy-0_GET_2": {
          resource_id: "${aws_api_gateway_resource.api_a_copy-0_resource_1.id}",
        },
      },
    },
  });
  expect(Object.keys(withCopiedRoutes(terraform, "api_a_", 3).resource.aws_api_gateway_method)).toHaveLength(
    4,
  );
});

test("a route that is not there is refused", () => {
  expect(() => withCopiedRoutes(terraform, "api_b_", 1)).toThrow("no resource in the stack is named api_b_…");
});
