/** The tables of migrations/0004-usage.sql. */
export interface UsageTables {
  readonly usage_report: UsageReportTable;
  readonly usage_client: UsageClientTable;
  readonly usage_coordinate: UsageCoordinateTable;
  readonly usage_document: UsageDocumentTable;
  readonly usage_operation: UsageOperationTable;
  readonly app_manifest: AppManifestTable;
  readonly app_document: AppDocumentTable;
  readonly app_operation: AppOperationTable;
}

interface UsageReportTable {
  readonly environment: string;
  readonly id: string;
  readonly at: Date;
}

interface ClientDay {
  readonly environment: string;
  /** YYYY-MM-DD */
  readonly day: string;
  readonly client: string;
  readonly version: string;
  readonly requests: bigint;
}

type UsageClientTable = ClientDay;

interface UsageCoordinateTable extends ClientDay {
  readonly coordinate: string;
}

interface UsageDocumentTable {
  readonly environment: string;
  readonly hash: string;
  readonly name: string | null;
  readonly body: string;
  readonly last_seen: string;
}

interface UsageOperationTable extends ClientDay {
  readonly hash: string;
}

export interface AppManifestTable {
  readonly environment: string;
  readonly app: string;
  readonly version: string;
  readonly digest: string;
  readonly operations: number;
  readonly created_by: string;
  readonly created_at: Date;
  readonly retired_by: string | null;
  readonly retired_at: Date | null;
}

interface AppDocumentTable {
  readonly digest: string;
  readonly body: string;
}

interface AppOperationTable {
  readonly environment: string;
  readonly app: string;
  readonly version: string;
  readonly id: string;
  readonly name: string;
  readonly document: string;
}
