package dev.signalbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The schema for editors says what the reader says, as far as a schema can. */
class JsonSchemaTest {
  private static final String TEXT = ServerConfig.jsonSchema();
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(TEXT, InputFormat.JSON);

  static Stream<GoldenConfigTest.Golden> right() {
    return GoldenConfigTest.goldens("right");
  }

  static Stream<GoldenConfigTest.Golden> wrongInShape() {
    return GoldenConfigTest.goldens("wrong/shape");
  }

  @ParameterizedTest
  @MethodSource("right")
  void rightFilePasses(GoldenConfigTest.Golden golden) {
    assertThat(mistakes(golden.config())).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("wrongInShape")
  void fileOfTheWrongShapeFails(GoldenConfigTest.Golden golden) {
    assertThat(mistakes(golden.config())).isNotEmpty();
  }

  @Test
  void schemaIsItselfValid() {
    var meta =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(
                com.networknt.schema.SchemaLocation.of(
                    "https://json-schema.org/draft/2020-12/schema"));
    assertThat(meta.validate(TEXT, InputFormat.JSON)).isEmpty();
  }

  @Test
  void everyKeyIsDescribed() {
    assertThat(undescribed("", parse(TEXT))).isEmpty();
  }

  private static List<String> mistakes(String yaml) {
    return SCHEMA.validate(TestJson.write(parse(yaml)), InputFormat.JSON).stream()
        .map(Object::toString)
        .toList();
  }

  /** YAML 1.2 is a superset of JSON, so this reads both. */
  static Object parse(String yaml) {
    return new Load(LoadSettings.builder().build()).loadFromString(yaml);
  }

  private static List<String> undescribed(String path, Object schema) {
    return switch (schema) {
      case Map<?, ?> map -> {
        var missing =
            map.get("properties") instanceof Map<?, ?> properties && !path.endsWith("properties")
                ? properties.entrySet().stream()
                    .filter(
                        e -> !(e.getValue() instanceof Map<?, ?> p && p.containsKey("description")))
                    .map(e -> path + "." + e.getKey())
                : Stream.<String>empty();
        yield Stream.concat(
                missing,
                map.entrySet().stream()
                    .flatMap(e -> undescribed(path + "/" + e.getKey(), e.getValue()).stream()))
            .toList();
      }
      case List<?> list ->
          list.stream().flatMap(item -> undescribed(path + "/", item).stream()).toList();
      default -> List.of();
    };
  }
}
