package io.roundhouse.provisioning;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Text;
import io.roundhouse.kit.PrivateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** A kit in the making: its files, in memory until it is delivered. */
public final class KitDraft {
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*";

  private final SortedMap<String, Entry> entries = new TreeMap<>();
  private boolean sealed;

  private static final class Entry {
    private final byte[] content;
    private final String permissions;

    Entry(byte[] content, String permissions) {
      this.content = content;
      this.permissions = permissions;
    }
  }

  /** Adds a file that anybody at the member may read. */
  public void file(String name, String text) {
    add(name, text.getBytes(UTF_8), "rw-r--r--");
  }

  /** Adds a file that can be run. */
  public void script(String name, String text) {
    add(name, text.getBytes(UTF_8), "rwxr-xr-x");
  }

  /** Adds a file that only its owner may read. */
  public void secret(String name, String text) {
    add(name, text.getBytes(UTF_8), "rw-------");
  }

  /** Names of the files, in their order, with slashes. */
  public List<String> names() {
    return List.copyOf(entries.keySet());
  }

  /** The bytes of a file. */
  public byte[] content(String name) {
    return requireNonNull(entries.get(name), "no such file").content.clone();
  }

  /** Permissions of a file, in the form {@code rw-r--r--}. */
  String permissions(String name) {
    return requireNonNull(entries.get(name), "no such file").permissions;
  }

  /** All that is signed is there: nothing can be added any more. */
  void seal() {
    sealed = true;
  }

  /** Writes the files to a new folder. */
  void write(Path folder) throws IOException {
    PrivateFiles.newFolder(folder);
    for (String name : Collections.unmodifiableSet(entries.keySet())) {
      Path file = folder.resolve(name);
      PrivateFiles.folder(requireNonNull(file.getParent()));
      PrivateFiles.create(file, content(name), permissions(name));
    }
  }

  private void add(String name, byte[] content, String permissions) {
    if (sealed) {
      throw new IllegalStateException(
          "the kit is signed already, perhaps the step that adds "
              + Text.quote(name)
              + " should be of phase CONTENT");
    }
    if (!name.matches(NAME)) {
      throw new IllegalArgumentException("not a file's name in a kit: " + Text.quote(name));
    }
    if (entries.put(name, new Entry(content, permissions)) != null) {
      throw new IllegalStateException("two steps make " + Text.quote(name));
    }
  }
}
