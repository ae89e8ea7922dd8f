package estate

import (
	"encoding/json"
	"fmt"
	"strings"
)

// buckets adds buckets with the resources beside them. One of each stack has a
// policy that lets everyone read.
func (s *stack) buckets() {
	for i := range 6 {
		name := fmt.Sprintf("%s-data-%d", stackName(s.number), i)
		s.add("aws_s3_bucket", "data", i, with(blank("acceleration_status", "bucket_prefix", "website_domain", "website_endpoint"), object{
			"arn": "arn:aws:s3:::" + name, "bucket": name, "id": name, "bucket_domain_name": name + ".s3.amazonaws.com", "cors_rule": []any{},
			"bucket_regional_domain_name": name + ".s3.eu-west-1.amazonaws.com", "force_destroy": false, "hosted_zone_id": "Z1BKCTXD74EZPE",
			"object_lock_enabled": false, "region": region, "request_payer": "BucketOwner", "lifecycle_rule": []any{}, "logging": []any{},
			"grant":      []any{object{"id": s.hash("owner"), "permissions": []any{"FULL_CONTROL"}, "type": "CanonicalUser", "uri": ""}},
			"versioning": []any{object{"enabled": true, "mfa_delete": false}}, "website": []any{},
		}))
		s.add("aws_s3_bucket_public_access_block", "data", i, object{
			"bucket": name, "id": name, "block_public_acls": true, "block_public_policy": i != 0, "ignore_public_acls": true, "restrict_public_buckets": i != 0,
		})
		s.add("aws_s3_bucket_versioning", "data", i, object{"bucket": name, "id": name, "expected_bucket_owner": "", "mfa": nil,
			"versioning_configuration": []any{object{"mfa_delete": "", "status": "Enabled"}}})
		s.add("aws_s3_bucket_server_side_encryption_configuration", "data", i, object{"bucket": name, "id": name, "expected_bucket_owner": "",
			"rule": []any{object{"bucket_key_enabled": true, "apply_server_side_encryption_by_default": []any{object{"kms_master_key_id": "", "sse_algorithm": "AES256"}}}}})
		principal := any(object{"AWS": "arn:aws:iam::" + account + ":root"})
		if i == 0 {
			principal = "*"
		}
		s.add("aws_s3_bucket_policy", "data", i, object{"bucket": name, "id": name, "policy": document(
			object{"Sid": "Read", "Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::" + name + "/*"},
			object{"Sid": "TLS", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::" + name + "/*",
				"Condition": object{"Bool": object{"aws:SecureTransport": "false"}}},
		)})
	}
}

func document(statements ...any) string {
	text, err := json.Marshal(object{"Version": "2012-10-17", "Statement": statements})
	if err != nil {
		panic(err) // maps of strings always encode
	}
	return string(text)
}

// roles adds roles with long policies.
func (s *stack) roles() {
	trust := document(object{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": object{"Service": "ec2.amazonaws.com"}})
	for i := range 22 {
		name := fmt.Sprintf("%s-role-%d", stackName(s.number), i)
		s.add("aws_iam_role", "service", i, object{
			"arn": "arn:aws:iam::" + account + ":role/" + name, "assume_role_policy": trust, "create_date": "2024-02-01T10:11:12Z", "description": "",
			"force_detach_policies": false, "inline_policy": []any{}, "managed_policy_arns": []any{"arn:aws:iam::aws:policy/ReadOnlyAccess"},
			"max_session_duration": 3600, "name": name, "name_prefix": "", "path": "/", "permissions_boundary": "", "unique_id": "AROA" + s.hash("role", i),
		})
		s.add("aws_iam_role_policy", "service", i, object{"id": name + ":inline", "name": "inline", "name_prefix": "", "role": name, "policy": s.permissions(8)})
		s.add("aws_iam_role_policy_attachment", "service", i, object{"policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess", "role": name})
	}
}

func (s *stack) permissions(n int) string {
	var statements []any
	for i := range n {
		statements = append(statements, object{
			"Sid": fmt.Sprintf("Statement%d", i), "Effect": "Allow", "Action": []any{"dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem"},
			"Resource": s.arn("dynamodb", "table/"+s.hash("table", i)),
		})
	}
	return document(statements...)
}

// watched adds alarms and logs.
func (s *stack) watched() {
	for i := range 24 {
		s.add("aws_cloudwatch_metric_alarm", "node", i, with(blank("evaluate_low_sample_count_percentiles", "extended_statistic", "threshold_metric_id", "unit"), object{
			"actions_enabled": true, "alarm_actions": []any{s.arn("sns", "alarms")}, "alarm_name": fmt.Sprintf("%s-cpu-%d", stackName(s.number), i),
			"alarm_description": strings.Repeat("The processor of the machine has been busy for a quarter of an hour. ", 3), "arn": s.arn("cloudwatch", "alarm:x"),
			"comparison_operator": "GreaterThanThreshold", "datapoints_to_alarm": 3, "dimensions": object{"InstanceId": s.id("aws_instance", "node", i)},
			"evaluation_periods": 3, "insufficient_data_actions": []any{}, "metric_name": "CPUUtilization", "metric_query": []any{}, "namespace": "AWS/EC2",
			"ok_actions": []any{}, "period": 300, "statistic": "Average", "threshold": 80.5, "treat_missing_data": "missing",
		}))
		s.add("aws_cloudwatch_log_group", "node", i, object{
			"arn": s.arn("logs", "log-group:x"), "kms_key_id": "", "log_group_class": "STANDARD", "name": fmt.Sprintf("/%s/%d", stackName(s.number), i),
			"name_prefix": "", "retention_in_days": 30, "skip_destroy": false,
		})
	}
	s.add("aws_cloudwatch_dashboard", "main", nil, object{"dashboard_arn": s.arn("cloudwatch", "dashboard/x"), "dashboard_name": "main",
		"dashboard_body": strings.Repeat(`{"type":"metric","x":0,"y":0,"properties":{"metrics":[["AWS/EC2","CPUUtilization"]]}},`, 60)})
}

// stored adds parameters, tables and documents with large attributes.
func (s *stack) stored() {
	for i := range 20 {
		s.add("aws_ssm_parameter", "config", i, with(blank("allowed_pattern", "overwrite"), object{
			"arn": s.arn("ssm", "parameter/x"), "data_type": "text", "description": "", "insecure_value": nil, "key_id": "", "tier": "Standard", "type": "String",
			"name": fmt.Sprintf("/%s/config/%d", stackName(s.number), i), "value": strings.Repeat("feature.flag = \"on\"\n", 30), "version": 7,
		}))
	}
	for i := range 6 {
		s.add("aws_dynamodb_table", "table", i, object{
			"arn": s.arn("dynamodb", "table/x"), "attribute": []any{object{"name": "pk", "type": "S"}, object{"name": "sk", "type": "S"}},
			"billing_mode": "PAY_PER_REQUEST", "deletion_protection_enabled": true, "global_secondary_index": []any{}, "hash_key": "pk", "range_key": "sk",
			"name": fmt.Sprintf("%s-table-%d", stackName(s.number), i), "point_in_time_recovery": []any{object{"enabled": true}}, "read_capacity": 0,
			"server_side_encryption": []any{object{"enabled": true, "kms_key_arn": s.arn("kms", "key/x")}}, "stream_arn": "", "stream_enabled": false,
			"stream_label": "", "stream_view_type": "", "table_class": "STANDARD", "ttl": []any{object{"attribute_name": "", "enabled": false}}, "write_capacity": 0,
		})
		s.add("aws_ssm_document", "runbook", i, object{
			"arn": s.arn("ssm", "document/x"), "content": strings.Repeat("- action: aws:runCommand\n  name: step\n  inputs: {DocumentName: \"AWS-RunShellScript\"}\n", 30),
			"document_format": "YAML", "document_type": "Command", "name": fmt.Sprintf("%s-runbook-%d", stackName(s.number), i), "status": "Active",
		})
	}
	s.all = append(s.all, resource{stack: s.number, typ: "aws_region", name: "here", data: true, attrs: object{"description": "Europe (Ireland)", "endpoint": nil, "id": region, "name": region}})
}
