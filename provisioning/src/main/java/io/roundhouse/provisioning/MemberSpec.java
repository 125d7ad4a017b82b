package io.roundhouse.provisioning;

import static java.util.Objects.requireNonNull;

import io.roundhouse.domain.Identity;
import io.roundhouse.domain.Role;
import io.roundhouse.kit.Address;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One server, site or operator, as {@code federation.yml} names it. */
public sealed interface MemberSpec {
  /** Unique in the federation. */
  String name();

  /** To whom it belongs. */
  String organisation();

  /** How long its certificates last, if not as long as others'. */
  Optional<Duration> validity();

  /** Who it is in a federation. */
  default Identity identity(String federation) {
    Identity.Kind kind;
    Optional<Role> role = Optional.empty();
    if (this instanceof Operator operator) {
      kind = Identity.Kind.OPERATOR;
      role = Optional.of(operator.role());
    } else {
      kind = this instanceof Server ? Identity.Kind.SERVER : Identity.Kind.SITE;
    }
    return new Identity(federation, kind, name(), organisation(), role);
  }

  /** Where it can be reached: servers only. */
  default List<Address> addresses() {
    return List.of();
  }

  /**
   * A server.
   *
   * @param addresses at least one
   * @param settings for its {@code server.yml}
   */
  record Server(
      String name,
      String organisation,
      Optional<Duration> validity,
      @Override List<Address> addresses,
      ServerSettings settings)
      implements MemberSpec {
    public Server {
      requireNonNull(name, "name is null");
      requireNonNull(organisation, "organisation is null");
      requireNonNull(validity, "validity is null");
      requireNonNull(settings, "settings is null");
      addresses = List.copyOf(addresses);
    }
  }

  /**
   * A site.
   *
   * @param ownKey whether it makes its key itself, and enrols with a token
   */
  record Site(String name, String organisation, Optional<Duration> validity, boolean ownKey)
      implements MemberSpec {
    public Site {
      requireNonNull(name, "name is null");
      requireNonNull(organisation, "organisation is null");
      requireNonNull(validity, "validity is null");
    }
  }

  /**
   * An operator.
   *
   * @param role what the operator may do
   * @param ownKey as a site's
   */
  record Operator(
      String name, String organisation, Optional<Duration> validity, Role role, boolean ownKey)
      implements MemberSpec {
    public Operator {
      requireNonNull(name, "name is null");
      requireNonNull(organisation, "organisation is null");
      requireNonNull(validity, "validity is null");
      requireNonNull(role, "role is null");
    }
  }
}
