package dev.signalbox;

import dev.signalbox.analysis.InspectionJson;
import dev.signalbox.analysis.InspectionJson.Checked;
import dev.signalbox.config.ConfigException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What {@code check} has to say about several files, for machines. Used by one thread. */
public final class CheckReport {
  private final List<Checked> files = new ArrayList<>();

  /** One that can be used. */
  public void add(ConfigCheck check) {
    files.add(check.checked());
  }

  /** One that cannot. */
  public void add(Path file, ConfigException mistakes) {
    files.add(new Checked(file.toString(), mistakes.problems(), null));
  }

  /** All files as one JSON document. */
  public String json() {
    return InspectionJson.json(files);
  }

  /** All files as one run of SARIF 2.1.0. */
  public String sarif() {
    return InspectionJson.sarif(files, Versions.ofThisBuild().signalbox());
  }
}
