package io.roundhouse.site;

import static java.util.Objects.requireNonNull;

import io.roundhouse.data.DataBinding;
import io.roundhouse.domain.SiteName;
import io.roundhouse.policy.ProgramBinding;
import io.roundhouse.policy.SitePolicy;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A site as its worker is configured.
 *
 * @param name who it is
 * @param data its data sets by name
 * @param folder where it keeps checkpoints and updates while it works; made if absent
 * @param policy asked for every task, so that it may change while the site runs; whatever it throws
 *     refuses the task
 * @param signer signs what the site sends; absent where nobody looks at signatures
 */
public record Site(
    SiteName name,
    Map<String, DataBinding> data,
    Path folder,
    Supplier<SitePolicy> policy,
    Optional<UpdateSigner> signer) {
  public Site {
    requireNonNull(name, "name is null");
    data = Map.copyOf(data);
    requireNonNull(folder, "folder is null");
    requireNonNull(policy, "policy is null");
    requireNonNull(signer, "signer is null");
  }

  /**
   * A site that does what it is asked for, with the programs of a simulation, and signs nothing.
   */
  public static Site simulated(
      SiteName name,
      Map<String, DataBinding> data,
      Path folder,
      Map<String, ProgramBinding> programs) {
    SitePolicy open = SitePolicy.open(programs);
    return new Site(name, data, folder, () -> open, Optional.empty());
  }
}
