"""API Gateway, Lambda's Invoke API and the queue's event source, in front of containers under the RIE.

The RIE takes one call at a time, at one path, and dies of a second one. Here calls wait for a free container,
are spread over all there are, and meet the cloud's limits with the cloud's answers.
"""
