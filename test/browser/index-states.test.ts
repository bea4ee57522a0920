import { changeStatements, resourceAt } from "../support/change-stack";
import { temporaryFolder } from "../support/temporary-folder";
import { looksRight } from "./looks";
import { type OpenInventory, openInventory } from "./open-inventory";

/** `/index` of the project's own API when it has no products to show, or may not show them. */

jest.setTimeout(60_000);

const folder = temporaryFolder();
let inventory: OpenInventory;

beforeAll(async () => {
  inventory = await openInventory(folder);
});
afterEach(() => inventory.closeWindows());
afterAll(() => inventory.close());

describe("without products", () => {
  looksRight(() => inventory, {
    path: "/index",
    status: 200,
    title: "Product inventory",
    text: "There are no products yet.",
  });
});

describe("for a token that is none", () => {
  looksRight(() => inventory, {
    path: "/index?nextToken=x",
    status: 400,
    title: "There is no such page",
    text: "The link was cut short",
  });

  test("which leads to the first page", async () => {
    const { page } = await inventory.visit("/index?nextToken=x");
    await page.getByRole("link", { name: "First page" }).click();
    expect(await page.title()).toBe("Product inventory");
  });
});

test("GET /products in the address bar shows what the pattern's browser_error.png shows", async () => {
  const { page, response } = await inventory.visit("/products");
  expect([response.status(), response.headers()["x-amzn-errortype"]]).toEqual([
    403,
    "MissingAuthenticationTokenException",
  ]);
  expect(await page.locator("body").allInnerTexts()).toEqual(['{"message":"Missing Authentication Token"}']);
});

describe("where get-index may not call GET /products", () => {
  beforeAll(() =>
    inventory.gateway.api.replace(
      inventory.stack.load((terraform) =>
        changeStatements(resourceAt(terraform, "aws_iam_role_policy", "get-index/policy"), (statements) =>
          statements.filter(({ Action }) => Action !== "execute-api:Invoke"),
        ),
      ),
    ),
  );

  looksRight(() => inventory, {
    path: "/index",
    status: 502,
    title: "The products cannot be shown",
    text: "please try again in a moment",
  });

  test("trying again shows the products as soon as it may", async () => {
    const { page } = await inventory.visit("/index?limit=2");
    await inventory.gateway.api.replace(inventory.stack.load());
    await page.getByRole("link", { name: "Try again" }).click();
    expect([await page.title(), page.url()]).toEqual([
      "Product inventory",
      `${inventory.gateway.url}/dev/index?limit=2`,
    ]);
  });
});
