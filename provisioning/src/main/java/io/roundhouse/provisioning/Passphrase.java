package io.roundhouse.provisioning;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.roundhouse.domain.Text;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** What private keys are encrypted with; forgotten when closed, never shown. */
public final class Passphrase implements AutoCloseable {
  /** Fewer characters are too easily guessed. */
  public static final int FEWEST = 12;

  private static final int MOST_BYTES = 4096;

  private final char[] characters;

  private Passphrase(char[] characters) {
    this.characters = characters;
  }

  /** Takes the characters over: they are forgotten when this is closed. */
  public static Passphrase of(char[] characters) {
    return new Passphrase(characters);
  }

  /**
   * The first line of a file.
   *
   * @throws ProvisioningException if it cannot be read, or is empty
   */
  public static Passphrase read(Path file) {
    byte[] bytes = new byte[0];
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MOST_BYTES);
      CharBuffer text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      int end = 0;
      while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
        end++;
      }
      char[] line = Arrays.copyOf(text.array(), end);
      Arrays.fill(text.array(), '\0');
      if (line.length == 0) {
        throw new ProvisioningException(
            "the passphrase file "
                + Text.quote(file.toString())
                + " is empty, perhaps you should put the passphrase on its first line");
      }
      return new Passphrase(line);
    } catch (CharacterCodingException e) {
      throw new ProvisioningException(
          "the passphrase file " + Text.quote(file.toString()) + " is not UTF-8 text", e);
    } catch (IOException e) {
      throw new ProvisioningException(
          "the passphrase file "
              + Text.quote(file.toString())
              + " cannot be read, perhaps you should check the path and its permissions",
          e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /**
   * This one, if it is long enough for keys that are made now.
   *
   * @throws ProvisioningException if it is shorter than 12 characters
   */
  public Passphrase requireStrong() {
    if (characters.length < FEWEST) {
      throw new ProvisioningException(
          "the passphrase has "
              + characters.length
              + " characters, perhaps you should take four or more random words: it has to have at"
              + " least "
              + FEWEST);
    }
    return this;
  }

  /** A copy, to be wiped by the caller. */
  char[] characters() {
    return characters.clone();
  }

  @Override
  public void close() {
    Arrays.fill(characters, '\0');
  }

  @Override
  public String toString() {
    return "Passphrase[…]";
  }
}
