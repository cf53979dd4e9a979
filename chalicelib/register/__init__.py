"""The register (发牌登记簿): formal numbers (文号) without a gap."""
