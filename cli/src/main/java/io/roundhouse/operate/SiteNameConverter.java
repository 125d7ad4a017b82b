package io.roundhouse.operate;

import io.roundhouse.domain.SiteName;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A site as people name it. */
final class SiteNameConverter implements ITypeConverter<SiteName> {
  @Override
  public SiteName convert(String text) {
    try {
      return new SiteName(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }
}
