"""Which test holds what of each traffic system: the table of the README, as Markdown.

python -m tests.routing.covered
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

LAWS = "test_laws"
SITUATIONS = (
    "several rules",
    "matches",
    "missing weight",
    "zero",
    "all zero",
    "100 %",
    "other sums",
    "out of range",
    "no number",
    "foreign rule between",
    "several ports",
    "other namespace",
    "writes shares only",
)
"""What a system has to be held to, in the order of the table."""

_OWN_NAMESPACE = "(an Ingress leads to its own namespace only)"
_ONE_NUMBER = "(its weight is one number)"
_ONE_SUM = "(percent of 100)"

COVERED: Mapping[str, Mapping[str, str]] = {
    "Service, no route": {
        "several rules": "(a Service is one rule)",
        "matches": "(a Service asks for nothing)",
        "missing weight": "(pods have no weight)",
        "zero": "test_selector.test_a_share_needs_whole_pods",
        "all zero": "test_selector.test_without_a_ready_pod_the_shares_are_not_known",
        "100 %": "test_selector.test_a_share_needs_whole_pods",
        "other sums": "test_selector.test_pods_come_as_near_to_the_shares_as_one_of_them",
        "out of range": "(pods are counted)",
        "no number": "(pods are counted)",
        "foreign rule between": "(a Service is one rule)",
        "several ports": "(all ports share the pods)",
        "other namespace": "(a Service selects in its own namespace only)",
        "writes shares only": "(pods are scaled)",
    },
    "ingress-nginx": {
        "several rules": "test_ingress.test_one_annotation_divides_every_path_of_its_ingress",
        "matches": "test_ingress.test_header_and_cookie_are_rules_of_their_own_before_the_weighted_one",
        "missing weight": "test_ingress.test_a_canary_without_a_weight_gets_one_and_one_that_has_it_is_left_alone",
        "zero": "test_ingress.test_a_weight_is_read_as_the_controller_reads_it",
        "all zero": _ONE_NUMBER,
        "100 %": "test_ingress.test_a_weight_is_read_as_the_controller_reads_it",
        "other sums": "test_ingress.test_the_weight_is_the_share_of_the_total_that_the_controller_takes",
        "out of range": "test_ingress.test_a_weight_is_read_as_the_controller_reads_it",
        "no number": "test_ingress.test_a_weight_is_read_as_the_controller_reads_it",
        "foreign rule between": "test_ingress.test_a_foreign_path_between_ours_stays_a_rule_of_its_own",
        "several ports": "test_ingress.test_a_backend_says_its_port_by_number_or_by_name",
        "other namespace": _OWN_NAMESPACE,
        "writes shares only": f"{LAWS}.test_shares_of_two_backends_are_read_as_they_were_written",
    },
    "ACK weight": {
        "several rules": "test_ingress.test_a_foreign_path_between_those_of_acks_ingress_keeps_its_backend",
        "matches": "(this form has none)",
        "missing weight": "test_ingress.test_two_backends_on_one_path_without_a_weight_are_not_guessed",
        "zero": "test_ingress.test_alibabas_weight_gives_the_named_service_its_share_and_the_other_the_rest",
        "all zero": _ONE_NUMBER,
        "100 %": "test_ingress.test_acks_and_albs_weights_go_from_nothing_to_all",
        "other sums": _ONE_SUM,
        "out of range": "test_ingress.test_a_weight_that_is_no_percentage_leaves_the_shares_unknown_until_one_is_set",
        "no number": "test_ingress.test_a_weight_that_is_no_percentage_leaves_the_shares_unknown_until_one_is_set",
        "foreign rule between": "test_ingress.test_a_foreign_path_between_those_of_acks_ingress_keeps_its_backend",
        "several ports": "test_ingress.test_a_backend_says_its_port_by_number_or_by_name",
        "other namespace": _OWN_NAMESPACE,
        "writes shares only": "test_ingress.test_the_older_alibaba_form_is_percent_of_the_named_service",
    },
    "ACK service-weight": {
        "several rules": "test_ingress.test_a_foreign_path_between_those_of_acks_ingress_keeps_its_backend",
        "matches": "test_ingress.test_service_match_picks_the_requests_that_are_divided",
        "missing weight": "test_ingress.test_service_weight_that_does_not_tell_is_unknown",
        "zero": "test_ingress.test_service_weight_may_be_0_for_one_of_them_and_add_up_to_anything",
        "all zero": "test_ingress.test_service_weight_that_does_not_tell_is_unknown",
        "100 %": "test_ingress.test_service_weight_may_be_0_for_one_of_them_and_add_up_to_anything",
        "other sums": "test_ingress.test_service_weight_is_relative_to_the_weights_of_the_path",
        "out of range": "test_ingress.test_service_weight_that_does_not_tell_is_unknown",
        "no number": "test_ingress.test_service_weight_that_does_not_tell_is_unknown",
        "foreign rule between": "test_ingress.test_a_foreign_path_between_those_of_acks_ingress_keeps_its_backend",
        "several ports": "test_ingress.test_a_backend_says_its_port_by_number_or_by_name",
        "other namespace": _OWN_NAMESPACE,
        "writes shares only": "test_ingress.test_service_weight_is_rewritten_without_touching_the_weights_of_others",
    },
    "ALB (Alibaba Cloud)": {
        "several rules": "test_ingress.test_albs_canaries_by_header_are_asked_before_the_weighted_one",
        "matches": "test_ingress.test_a_header_beside_a_weight_is_told_as_what_alb_forbids",
        "missing weight": "test_ingress.test_an_alb_canary_without_a_weight_gets_nothing",
        "zero": "test_ingress.test_acks_and_albs_weights_go_from_nothing_to_all",
        "all zero": _ONE_NUMBER,
        "100 %": "test_ingress.test_acks_and_albs_weights_go_from_nothing_to_all",
        "other sums": _ONE_SUM,
        "out of range": "test_ingress.test_an_alb_weight_out_of_range_is_not_known",
        "no number": "test_ingress.test_an_alb_weight_out_of_range_is_not_known",
        "foreign rule between": "test_ingress.test_an_alb_canary_takes_only_the_path_that_it_names",
        "several ports": "test_ingress.test_a_backend_says_its_port_by_number_or_by_name",
        "other namespace": _OWN_NAMESPACE,
        "writes shares only": "test_ingress.test_only_the_weight_of_an_alb_canary_is_written",
    },
    "Gateway API": {
        "several rules": "test_gateway_api.test_a_header_rule_stands_apart_from_the_weighted_one",
        "matches": "test_gateway_api.test_a_match_is_written_out",
        "missing weight": "test_gateway_api.test_weights_are_relative_to_their_sum_and_a_missing_one_is_1",
        "zero": "test_gateway_api.test_weights_are_relative_to_their_sum_and_a_missing_one_is_1",
        "all zero": "test_gateway_api.test_all_zero_leads_nowhere_and_says_what_the_gateway_answers",
        "100 %": "test_gateway_api.test_weights_are_relative_to_their_sum_and_a_missing_one_is_1",
        "other sums": "test_gateway_api.test_the_sum_that_is_there_is_kept_where_it_can_say_the_shares",
        "out of range": "test_gateway_api.test_a_weight_that_the_definition_would_refuse_is_not_known",
        "no number": "test_gateway_api.test_a_weight_that_is_no_number_leaves_the_route_out_as_the_server_would",
        "foreign rule between": "test_gateway_api.test_a_foreign_rule_between_ours_keeps_its_weights",
        "several ports": "test_gateway_api.test_two_ports_of_one_service_are_two_backends",
        "other namespace": "test_gateway_api.test_a_backend_of_another_namespace_or_kind_is_told_apart_from_ours",
        "writes shares only": "test_gateway_api.test_filters_and_matches_are_left_as_they_are",
    },
    "Istio": {
        "several rules": "test_istio.test_the_scenario_is_a_header_rule_and_a_weighted_one",
        "matches": "test_istio.test_a_match_is_written_out",
        "missing weight": "test_istio.test_weights_are_relative_to_their_sum_and_a_missing_one_is_0",
        "zero": "test_istio.test_weights_are_relative_to_their_sum_and_a_missing_one_is_0",
        "all zero": "test_istio.test_all_zero_is_what_istio_refuses",
        "100 %": "test_istio.test_weights_are_relative_to_their_sum_and_a_missing_one_is_0",
        "other sums": "test_istio.test_weights_are_relative_to_their_sum_and_a_missing_one_is_0",
        "out of range": "test_istio.test_a_negative_weight_is_not_known",
        "no number": "test_istio.test_a_weight_that_is_no_number_leaves_the_object_out_as_the_server_would",
        "foreign rule between": "test_istio.test_a_foreign_entry_between_ours_keeps_its_weights_and_ours_its_timeouts",
        "several ports": "test_istio.test_several_ports_are_destinations_of_their_own",
        "other namespace": "test_istio.test_a_host_without_dots_is_of_the_own_namespace",
        "writes shares only": "test_istio.test_a_foreign_entry_between_ours_keeps_its_weights_and_ours_its_timeouts",
    },
}

DRIVEN: Mapping[str, Mapping[str, str]] = {
    "Argo Rollouts": {
        "step": "test_controllers.test_a_rollout_at_a_pause_step_tells_step_weight_and_how_long_it_waits",
        "weight": "test_controllers.test_the_weight_that_the_controller_says_goes_before_that_of_the_steps",
        "pause": "test_controllers.test_a_pause_lasts_as_long_as_its_step_says",
        "analysis": "test_controllers.test_an_analysis_is_told_with_its_state",
        "whose weights": (
            "test_controllers.test_a_rollout_owns_the_entries_of_a_virtual_service_that_it_names_and_no_others"
        ),
    },
    "Flagger": {
        "step": "test_controllers.test_iterations_are_steps_of_a_canary_without_weights",
        "weight": "test_controllers.test_a_canary_tells_phase_weight_and_failed_checks",
        "pause": "test_controllers.test_a_canary_that_waits_for_its_promotion_says_since_when",
        "analysis": "test_controllers.test_a_canary_tells_phase_weight_and_failed_checks",
        "whose weights": "test_controllers.test_flagger_owns_the_routes_that_it_calls_by_the_name_of_the_target",
    },
}
"""Controllers that write the weights themselves: what is shown of them, and what is left to them."""


def table() -> str:
    """Return the tables: a row for each system, ✔ where a test holds it, – where there is no such thing."""
    return f"{_rows('system', COVERED)}\n{_rows('controller, shown and not written', DRIVEN)}"


def _rows(title: str, held: Mapping[str, Mapping[str, str]]) -> str:
    columns = tuple(next(iter(held.values())))
    rows = [(title, *columns), ("---",) * (len(columns) + 1)]
    for system, tests in held.items():
        rows.append((system, *("–" if tests[column].startswith("(") else "✔" for column in columns)))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"


if __name__ == "__main__":
    sys.stdout.write(table())
