package io.gramian.tests;

/** The golden cases: made by an independent program, checked against published code. */
final class GoldenTest extends CasesTest {
  GoldenTest() {
    super(GoldenCases.FOLDER);
  }
}
