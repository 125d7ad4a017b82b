package io.roundhouse.provisioning;

import static java.util.Objects.requireNonNull;

import io.roundhouse.kit.Address;
import java.util.List;
import java.util.Optional;

/**
 * Who belongs to a federation, {@code federation.yml}.
 *
 * @param name an RFC 1123 label
 * @param organisations that members belong to
 * @param validity of certificates
 * @param members servers first, then sites and operators, with names that are unique among all
 * @param studies named subsets
 */
public record FederationSpec(
    String name,
    List<String> organisations,
    Validity validity,
    List<MemberSpec> members,
    List<Study> studies) {
  public FederationSpec {
    requireNonNull(name, "name is null");
    requireNonNull(validity, "validity is null");
    organisations = List.copyOf(organisations);
    members = List.copyOf(members);
    studies = List.copyOf(studies);
  }

  /** Where the servers can be reached, in the order of the file. */
  public List<Address> gateways() {
    return members.stream().flatMap(member -> member.addresses().stream()).distinct().toList();
  }

  /** A member by its name. */
  public Optional<MemberSpec> member(String wanted) {
    return members.stream().filter(member -> member.name().equals(wanted)).findFirst();
  }

  /** Names of the studies that a member takes part in. */
  public List<String> studiesOf(String member) {
    return studies.stream()
        .filter(study -> study.members().contains(member))
        .map(Study::name)
        .toList();
  }
}
