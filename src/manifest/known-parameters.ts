// What is known of Convox's parameters of apps and racks (convox.md §5).
import { shownWord } from "./found-words.ts";
import { didYouMean } from "./near-miss.ts";
import type { Reader } from "./parsed-file.ts";

const SECRET: ReadonlySet<string> = new Set([
  "access_id",
  "docker_hub_password",
  "private_eks_host",
  "private_eks_pass",
  "private_eks_user",
  "secret_key",
  "token",
  "webhook_signing_key",
  // Of racks of version 2.
  "httpproxy",
  "password",
]);

/** Convox masks its value, so it may not stand open in git. */
export function isSecretParameter(name: string): boolean {
  return SECRET.has(name.toLowerCase());
}

/** A rack drops others without a word and answers that all is well. */
const OF_APPS: ReadonlySet<string> = new Set(["BuildCpu", "BuildLabels", "BuildMem"]);

/** Of racks of version 3 on every cloud; Convox's own command takes no other. */
const OF_RACKS: ReadonlySet<string> = new Set(
  `
  access_id access_log_retention_in_days additional_build_groups_config additional_karpenter_nodepools_config
  additional_node_groups_config api_feature_gates availability_zones aws_ebs_csi_driver_version azure_files_enable
  build_disable_convox_resolver build_node_enabled build_node_min_count build_node_type buildkit_enabled
  buildkit_host_path_cache_enable cert_duration cidr contour_cpu_request contour_internal_tls contour_memory_request
  convox_domain_tls_cert_disable convox_rack_domain coredns_version cost_tracking_enable custom_provided_bucket
  dcgm_scrape_interval deploy_extra_nlb disable_convox_resolver disable_image_manifest_cache disable_public_access
  docker_hub_password docker_hub_username domain ebs_volume_encryption_enabled ecr_additional_policy_arn ecr_docker_hub_cache
  ecr_full_access ecr_scan_on_push_enable efs_csi_driver_enable efs_csi_driver_version eks_access_entries
  eks_api_server_private_access_cidrs eks_api_server_public_access_cidrs eks_log_types enable_private_access envoy_cpu_request
  envoy_memory_request fluentd_disable fluentd_memory gpu_metrics_max_concurrent gpu_metrics_max_pods
  gpu_observability_chart_version gpu_observability_enable gpu_tag_enable grafana_dashboard_var_app
  grafana_dashboard_var_namespace grafana_dashboard_var_rack grafana_dashboard_var_service grafana_url high_availability
  idle_timeout image imds_http_hop_limit imds_http_tokens imds_tags_enable internal_router internet_gateway_id k8s_version
  karpenter_arch karpenter_auth_mode karpenter_build_capacity_types karpenter_build_consolidate_after karpenter_build_cpu_limit
  karpenter_build_instance_families karpenter_build_instance_sizes karpenter_build_memory_limit_gb karpenter_build_node_labels
  karpenter_capacity_types karpenter_config karpenter_consolidate_after karpenter_consolidation_enabled karpenter_cpu_limit
  karpenter_disruption_budget_nodes karpenter_enabled karpenter_instance_families karpenter_instance_sizes
  karpenter_memory_limit_gb karpenter_node_disk karpenter_node_expiry karpenter_node_labels karpenter_node_taints
  karpenter_node_volume_type keda_enable key_pair_name kube_proxy_version kubelet_registry_burst kubelet_registry_pull_qps
  max_on_demand_count min_on_demand_count name nginx_additional_config nginx_image nlb_security_group node_capacity_type
  node_disk node_max_unavailable_percentage node_type nvidia_device_plugin_enable nvidia_device_time_slicing_replicas os
  pdb_default_min_available_percentage pod_identity_agent_enable pod_identity_agent_version preemptible private
  private_eks_host private_eks_pass private_eks_user private_subnets_ids prometheus_gpu_metrics_chart_version
  prometheus_gpu_metrics_retention prometheus_url proxy_protocol public_subnets_ids rack_name region registry_disk release
  release_watcher_gc_interval releases_to_retain_after_active releases_to_retain_task_run_interval_hour router_type
  schedule_rack_scale_down schedule_rack_scale_up secret_key settings ssl_ciphers ssl_protocols sync_tf_now syslog tags
  telemetry terraform_update_timeout token user_data user_data_url vpa_enable vpc_cni_version vpc_id webhook_signing_key
  whitelist
  `
    .trim()
    .split(/\s+/),
);

/** What only sizes or tunes a rack of version 3. */
export const TUNING: ReadonlySet<string> = new Set(
  `
  build_node_min_count build_node_type cert_duration contour_cpu_request contour_memory_request cost_tracking_enable
  dcgm_scrape_interval envoy_cpu_request envoy_memory_request fluentd_memory gpu_metrics_max_concurrent gpu_metrics_max_pods
  high_availability idle_timeout karpenter_arch karpenter_build_capacity_types karpenter_build_consolidate_after
  karpenter_build_cpu_limit karpenter_build_instance_families karpenter_build_instance_sizes karpenter_build_memory_limit_gb
  karpenter_capacity_types karpenter_consolidate_after karpenter_consolidation_enabled karpenter_cpu_limit
  karpenter_disruption_budget_nodes karpenter_instance_families karpenter_instance_sizes karpenter_memory_limit_gb
  karpenter_node_disk karpenter_node_expiry karpenter_node_volume_type kubelet_registry_burst kubelet_registry_pull_qps
  max_on_demand_count min_on_demand_count node_capacity_type node_disk node_max_unavailable_percentage node_type
  pdb_default_min_available_percentage preemptible registry_disk release_watcher_gc_interval releases_to_retain_after_active
  releases_to_retain_task_run_interval_hour schedule_rack_scale_down schedule_rack_scale_up terraform_update_timeout vpa_enable
  `
    .trim()
    .split(/\s+/),
);

/** Whether it may run code on the rack or open it: of one that we do not know it is taken so. */
export function mayOpenRack(name: string): boolean {
  return !TUNING.has(name);
}

export function warnOfAppParameters(names: readonly string[], reader: Reader): void {
  warnOfUnknown(names, { known: OF_APPS, whose: "an app", then: "a rack ignores it" }, reader);
}

/** Those of racks of version 2 begin with a capital, and nobody knows them all. */
export function warnOfRackParameters(names: readonly string[], reader: Reader): void {
  const ofVersion3 = names.filter((name) => !/^[A-Z]/.test(name));
  const then = "Convox refuses it, unless it is newer than this version of Signalbox";
  warnOfUnknown(ofVersion3, { known: OF_RACKS, whose: "a rack", then }, reader);
}

interface Known {
  readonly known: ReadonlySet<string>;
  readonly whose: string;
  /** What happens to it. */
  readonly then: string;
}

function warnOfUnknown(names: readonly string[], { known, whose, then }: Known, reader: Reader): void {
  for (const name of names.filter((one) => !known.has(one))) {
    const message = `expected a parameter of ${whose} that Convox knows, found \`${shownWord(name)}\`: ${then}`;
    const hint = didYouMean(name, known);
    reader.warnOfKey(["parameters", name], { rule: "unknown-parameter", message, hint });
  }
}
