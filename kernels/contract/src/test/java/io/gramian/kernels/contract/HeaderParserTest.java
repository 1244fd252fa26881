package io.gramian.kernels.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeaderParserTest {
  private static Contract parse(String body) throws ContractException {
    Contract contract = new Contract();
    String text =
        "#pragma once\n\n#include \"gramian/x.cuh\"\n\nnamespace gramian::a_b {\n" + body + "}\n";
    HeaderParser.parse(contract, "a/params.cuh", List.of(text.split("\n")));
    return contract;
  }

  @Test
  void fieldsLieWhereACompilerPutsThem() throws Exception {
    Contract contract =
        parse(
            """
            constexpr u32 kMost = 3;
            enum Kind : u32 { kFirst = 4, kSecond };
            struct Part {
              u8 byte;
              double number;
              float small;
            };
            struct Whole {
              u32 first;
              const void* addresses[kMost];
              Kind kind;
              Part parts[2 * kMost - 4];
              u8 bytes[5];
              bool32 flag;
            };
            struct More : Whole {
              u8 last;
            };
            """);
    Struct part = contract.struct("gramian::a_b", "Part");
    assertThat(part.javaName()).isEqualTo("ABPart");
    assertThat(part.fields()).extracting(Struct.Field::offset).containsExactly(0L, 8L, 16L);
    assertThat(part.size()).isEqualTo(24);
    Struct whole = contract.struct("gramian::a_b", "Whole");
    assertThat(whole.fields())
        .extracting(Struct.Field::offset)
        .containsExactly(0L, 8L, 32L, 40L, 88L, 96L);
    assertThat(whole.size()).isEqualTo(104);
    Struct more = contract.struct("gramian", "a_b::More");
    assertThat(more.base()).isEqualTo(whole);
    assertThat(more.fields().getFirst().offset()).isEqualTo(104);
    assertThat(more.size()).isEqualTo(112);
    assertThat(contract.enumerations().getFirst().values())
        .extracting(Enumeration.Value::code)
        .containsExactly(4L, 5L);
  }

  @Test
  void constantsAreWorkedOut() throws Exception {
    Contract contract =
        parse(
            """
            constexpr u32 kA = 5;
            constexpr u32 kB = kA * (kA - 1) / 3 + (1u << 4);
            constexpr u32 kMask = 0xffffffffu;
            constexpr double kSmall = -1e-3 / 2;
            constexpr u32 kSizes[kA - 3] = {kA, 7};
            """);
    assertThat(contract.constant("gramian::a_b", "kB").values()).containsExactly(22.0);
    assertThat(contract.constant("gramian::a_b", "kMask").values()).containsExactly(4294967295.0);
    assertThat(contract.constant("gramian::a_b", "kSmall").values()).containsExactly(-0.0005);
    assertThat(contract.constant("gramian::a_b", "kSizes").values()).containsExactly(5.0, 7.0);
  }

  @Test
  void commentsAboveAndBehindAreKept() throws Exception {
    Struct struct =
        parse(
                """
                // Not of it.

                // What it
                // is.
                struct S {
                  // Above.
                  u32 a;
                  u32 b;  // behind
                  u32 c;
                };
                """)
            .structs()
            .getFirst();
    assertThat(struct.comment()).isEqualTo("What it is.");
    assertThat(struct.fields())
        .extracting(Struct.Field::comment)
        .containsExactly("Above.", "behind", "");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "struct S { size_t x; };  | a/params.cuh:6: 'size_t' is no type that the host knows",
        "struct S { u32 x[kNo]; }; | a/params.cuh:6: 'kNo' is no constant of a contract",
        "struct S { u32 x; void f(); }; | a/params.cuh:6: 'void' is no type that the host knows",
        "struct S { u32 f(); };    | a/params.cuh:6: expected ';', got '('",
        "struct S { u32 x : 3; };  | a/params.cuh:6: expected ';', got ':'",
        "template <u32 N> struct S {}; | a/params.cuh:6: '<' is not of what host and device can"
            + " share",
        "#define X 1               | a/params.cuh:6: '#' is not of what host and device can share",
        "enum E { kA };            | a/params.cuh:6: expected ':', got '{'",
        "struct S : T { u32 x; };  | a/params.cuh:6: 'T' is no struct of a contract",
        "constexpr u32 k[2] = {1}; | a/params.cuh:6: k has 1 of 2 values",
      })
  void whatElseAHeaderHoldsIsAnErrorWithItsPlace(String body, String message) {
    assertThatThrownBy(() -> parse(body + "\n"))
        .isInstanceOf(ContractException.class)
        .hasMessage(message);
  }

  @Test
  void twoStructsOfOneJavaNameAreAnError() {
    assertThatThrownBy(() -> parse("struct S { u32 x; };\nstruct S { u32 x; };\n"))
        .hasMessage("a/params.cuh:7: 'ABS' is declared at a/params.cuh:6 too");
  }
}
