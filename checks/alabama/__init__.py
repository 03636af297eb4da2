"""Alabama: Special Programs profiles without an IntegrationIDT or with a provisional ID, and their merging."""

PREFIX = "AL"
TITLE = "Alabama Special Programs, How to Resolve Missing IntegrationIDT/Provisional ID"
