"""What waits for an advisor or an approver, and how do they decide on one request or on many alike?"""
